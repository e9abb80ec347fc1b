package dev.warmpool.session;

import io.r2dbc.postgresql.PostgresqlConnectionConfiguration;
import io.r2dbc.postgresql.PostgresqlConnectionFactory;
import io.r2dbc.postgresql.api.PostgresqlConnection;
import io.r2dbc.postgresql.client.SSLMode;
import io.r2dbc.spi.Connection;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.function.UnaryOperator;
import reactor.core.publisher.Mono;

/** Opens connections the way {@link SessionSettings} say. Thread-safe. */
final class DriverConfiguration {

  /** A server that does not complete a TCP handshake in this time is not there. */
  private static final Duration CONNECT_TIMEOUT = Duration.ofSeconds(3);

  private static final String APPLICATION = "warmpool";

  private final SessionSettings settings;
  private final PasswordSource passwords;
  private final String searchPath;
  private final UnaryOperator<Connection> echo;

  /**
   * @param searchPath of a connection outside a session, as SQL
   */
  DriverConfiguration(SessionSettings settings, PasswordSource passwords, String searchPath) {
    this.settings = settings;
    this.passwords = passwords;
    this.searchPath = searchPath;
    this.echo =
        settings.echo() == SessionSettings.Echo.OFF
            ? UnaryOperator.identity()
            : new Echo(settings.echo())::on;
  }

  /**
   * Opens one connection. The password is resolved first: the driver connects before it asks for
   * one, and leaves the socket open when there is none.
   */
  Mono<PostgresqlConnection> open() {
    return passwords.password().flatMap(this::connect).onErrorResume(this::withFreshPassword);
  }

  /** The connection as statements are to be made on it: echoed where the settings say so. */
  Connection echoed(Connection connection) {
    return echo.apply(connection);
  }

  private Mono<PostgresqlConnection> withFreshPassword(Throwable error) {
    return Failures.isRefusedCredential(error) && passwords.forget()
        ? passwords.password().flatMap(this::connect)
        : Mono.error(error);
  }

  private Mono<PostgresqlConnection> connect(String password) {
    return new PostgresqlConnectionFactory(configuration(password)).create();
  }

  private PostgresqlConnectionConfiguration configuration(String password) {
    PostgresqlConnectionConfiguration.Builder builder =
        PostgresqlConnectionConfiguration.builder()
            .host(settings.host())
            .port(settings.port())
            .database(settings.database())
            .username(settings.user())
            .password(password)
            .applicationName(APPLICATION)
            .connectTimeout(CONNECT_TIMEOUT)
            .tcpKeepAlive(true)
            .autodetectExtensions(false)
            .preparedStatementCacheQueries(settings.statementCache())
            .sslMode(sslMode(settings.tls().mode()))
            .options(startupParameters());
    String roots = settings.tls().rootCertificate();
    return roots == null ? builder.build() : builder.sslRootCert(roots).build();
  }

  private static SSLMode sslMode(Tls.Mode mode) {
    return switch (mode) {
      case VERIFY_FULL -> SSLMode.VERIFY_FULL;
      case VERIFY_CA -> SSLMode.VERIFY_CA;
      case REQUIRE -> SSLMode.REQUIRE;
      case DISABLE -> SSLMode.DISABLE;
    };
  }

  /**
   * The base state of a direct connection: what runs outside an opening finds no schema and may not
   * write, and the server itself ends what a frozen process cannot. A pooler refuses all of it.
   */
  private Map<String, String> startupParameters() {
    if (settings.pooler() != Pooler.NONE) {
      boolean bound = settings.binding() == SchemaBinding.STARTUP;
      return bound ? Map.of("search_path", searchPath) : Map.of();
    }
    String idleMillis = Long.toString(settings.pool().idle().toMillis());
    Map<String, String> parameters = new LinkedHashMap<>();
    parameters.put("search_path", searchPath);
    parameters.put("default_transaction_read_only", "on");
    parameters.put("idle_session_timeout", idleMillis);
    parameters.put("idle_in_transaction_session_timeout", idleMillis);
    parameters.put("client_connection_check_interval", "1000");
    parameters.put("tcp_keepalives_idle", "30");
    parameters.put("tcp_keepalives_interval", "10");
    parameters.put("tcp_keepalives_count", "3");
    return parameters;
  }
}
