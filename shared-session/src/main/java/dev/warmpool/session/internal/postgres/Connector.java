package dev.warmpool.session.internal.postgres;

import dev.warmpool.session.Credentials;
import dev.warmpool.session.PasswordSource;
import dev.warmpool.session.internal.log.StatementLog;
import dev.warmpool.session.internal.loop.AttemptSockets;
import dev.warmpool.session.internal.loop.WireCommands;
import dev.warmpool.session.settings.Pooler;
import dev.warmpool.session.settings.SchemaBinding;
import dev.warmpool.session.settings.SessionSettings;
import dev.warmpool.session.settings.StatementLogging;
import io.r2dbc.postgresql.PostgresqlConnectionConfiguration;
import io.r2dbc.postgresql.PostgresqlConnectionFactory;
import io.r2dbc.postgresql.api.PostgresqlConnection;
import io.r2dbc.spi.Connection;
import java.time.Duration;
import java.time.InstantSource;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.concurrent.TimeoutException;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;
import reactor.core.publisher.Mono;

/** Opens connections as the {@link SessionSettings} describe them. Thread-safe. */
public final class Connector {

  /** A server that does not complete a TCP handshake in this time counts as unreachable. */
  private static final Duration CONNECT_TIMEOUT = Duration.ofSeconds(3);

  static final String APPLICATION = "warmpool";

  private final SessionSettings settings;
  private final PasswordSource passwords;
  private final Encryption encryption;
  private final InstantSource clock;
  private final EndSql end;
  private final UnaryOperator<Connection> logging;

  /**
   * @param clock the wall clock, by which connections age
   */
  public Connector(SessionSettings settings, PasswordSource passwords, InstantSource clock) {
    DriverVersion.require();
    this.settings = settings;
    this.passwords = passwords;
    this.clock = clock;
    this.encryption = new Encryption(settings.host(), settings.tls());
    this.end = EndSql.of(settings);
    this.logging =
        settings.logging() == StatementLogging.OFF
            ? UnaryOperator.identity()
            : new StatementLog(settings.logging())::on;
  }

  private record Target(SearchPath path, AttemptSockets sockets) {}

  /**
   * Opens one connection. The password is resolved first: the driver connects before it asks for
   * one, and leaves the socket open when there is none.
   *
   * @param path the search path of the connection outside sessions
   * @param sockets of this attempt, which its caller can close
   */
  public Mono<ServerConnection> connect(SearchPath path, AttemptSockets sockets) {
    Target target = new Target(path, sockets);
    return Mono.defer(() -> connect(target, System.nanoTime()));
  }

  private Mono<ServerConnection> connect(Target target, long began) {
    return credentials()
        .flatMap(
            used ->
                connect(target, used)
                    .onErrorResume(
                        SqlStates::isRefusedCredential,
                        error -> withFreshCredentials(target, used, error)))
        .map(driver -> wrap(driver, target, began));
  }

  private ServerConnection wrap(PostgresqlConnection driver, Target target, long began) {
    Duration opening = Duration.ofNanos(System.nanoTime() - began);
    Lifetime lifetime = new Lifetime(clock, settings.pool().recycle(), opening);
    SessionMessages messages = new SessionMessages(logging.apply(driver), commands(target));
    return new ServerConnection(driver, messages, end, lifetime);
  }

  /** A log has all messages, and where statements are kept, the driver sends part of the reset. */
  private @Nullable WireCommands commands(Target target) {
    return settings.logging() == StatementLogging.OFF && settings.statementCache() == 0
        ? target.sockets().commands(CommandErrors::of)
        : null;
  }

  private Mono<Credentials> credentials() {
    return Mono.defer(this::ask)
        .switchIfEmpty(Mono.error(() -> new IllegalStateException("its source gave none")))
        .flatMap(this::unlessEmpty)
        .onErrorMap(
            error -> !(error instanceof TimeoutException), // after which the source is asked again
            error ->
                new ConnectionRefusedException("no password to be had: " + reason(error), error));
  }

  /** What a source itself says is a sentence; other errors need their class. */
  private static String reason(Throwable error) {
    return error instanceof IllegalStateException
        ? String.valueOf(error.getMessage())
        : SqlStates.shortly(error);
  }

  /** Refuses an empty password here, since the driver would report it as a lost connection. */
  private Mono<Credentials> unlessEmpty(Credentials credentials) {
    if (!credentials.password().isEmpty()) {
      return Mono.just(credentials);
    }
    passwords.forget(credentials);
    return Mono.error(new IllegalStateException("its source gave an empty one"));
  }

  /** Signals what the source throws, JVM-fatal errors included. */
  private Mono<Credentials> ask() {
    try {
      return passwords.credentials();
    } catch (Throwable error) {
      return Mono.error(error);
    }
  }

  /** Connects once more if the refused credentials came from a cache and others can be had. */
  private Mono<PostgresqlConnection> withFreshCredentials(
      Target target, Credentials refused, Throwable error) {
    Mono<PostgresqlConnection> failed = Mono.error(error);
    return passwords.forget(refused)
        ? credentials().flatMap(fresh -> fresh.equals(refused) ? failed : connect(target, fresh))
        : failed;
  }

  private Mono<PostgresqlConnection> connect(Target target, Credentials used) {
    return Mono.defer(() -> new PostgresqlConnectionFactory(configuration(target, used)).create())
        .onErrorMap(encryption::meaning);
  }

  private PostgresqlConnectionConfiguration configuration(Target target, Credentials used) {
    PostgresqlConnectionConfiguration.Builder builder =
        PostgresqlConnectionConfiguration.builder()
            .host(settings.host())
            .port(settings.port())
            .database(settings.database())
            .username(used.user() == null ? settings.user() : used.user())
            .password(used.password())
            .applicationName(APPLICATION)
            .connectTimeout(CONNECT_TIMEOUT)
            .tcpKeepAlive(true)
            .autodetectExtensions(false)
            .preparedStatementCacheQueries(settings.statementCache())
            .options(startupParameters(target.path()))
            .loopResources(target.sockets().resources());
    return encryption.on(builder).build();
  }

  /**
   * The base state of a direct connection: outside an opening, statements find no schema and cannot
   * write, and the server itself closes connections that a frozen process cannot close. Poolers
   * refuse these parameters; only RDS Proxy accepts a search path.
   */
  private Map<String, String> startupParameters(SearchPath path) {
    if (settings.pooler() != Pooler.NONE) {
      boolean bound = settings.binding() == SchemaBinding.STARTUP;
      return bound ? Map.of("search_path", path.sql()) : Map.of();
    }
    String idleMillis = Long.toString(settings.pool().idle().toMillis());
    Map<String, String> parameters = new LinkedHashMap<>();
    parameters.put("search_path", path.sql());
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
