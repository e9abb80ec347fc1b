package dev.warmpool.session;

import io.r2dbc.postgresql.PostgresqlConnectionConfiguration;
import io.r2dbc.postgresql.PostgresqlConnectionFactory;
import io.r2dbc.postgresql.api.PostgresqlConnection;
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
  private final Encryption encryption;
  private final EventLoops loops;
  private final String searchPath;
  private final UnaryOperator<Connection> echo;

  /**
   * @param searchPath of a connection outside a session, as SQL
   */
  DriverConfiguration(SessionSettings settings, PasswordSource passwords, String searchPath) {
    this.settings = settings;
    this.passwords = passwords;
    this.encryption = new Encryption(settings.host(), settings.tls());
    this.loops = EventLoops.of(settings);
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
    return password()
        .flatMap(
            used ->
                connect(used)
                    .onErrorResume(
                        Failures::isRefusedCredential, error -> withFreshPassword(used, error)));
  }

  private Mono<String> password() {
    return Mono.defer(passwords::password)
        .switchIfEmpty(Mono.error(() -> new IllegalStateException("its source gave none")))
        .onErrorMap(
            error ->
                new RefusedConnection("no password to be had: " + Failures.shortly(error), error));
  }

  /** The connection as statements are to be made on it: echoed where the settings say so. */
  Connection echoed(Connection connection) {
    return echo.apply(connection);
  }

  /** Once more where the source now has another: the one used was from a cache. */
  private Mono<PostgresqlConnection> withFreshPassword(String refused, Throwable error) {
    Mono<PostgresqlConnection> failed = Mono.error(error);
    return passwords.forget()
        ? password().flatMap(fresh -> fresh.equals(refused) ? failed : connect(fresh))
        : failed;
  }

  private Mono<PostgresqlConnection> connect(String password) {
    return Mono.defer(() -> new PostgresqlConnectionFactory(configuration(password)).create())
        .onErrorMap(encryption::meaning);
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
            .options(startupParameters());
    return loops.on(encryption.on(builder)).build();
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
