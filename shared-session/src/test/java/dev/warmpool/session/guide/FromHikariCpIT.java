package dev.warmpool.session.guide;

import static org.assertj.core.api.Assertions.assertThat;

import com.zaxxer.hikari.HikariConfig;
import com.zaxxer.hikari.HikariDataSource;
import dev.warmpool.session.RecordMapper;
import dev.warmpool.session.Schema;
import dev.warmpool.session.SessionOptions;
import dev.warmpool.session.blocking.BlockingSessions;
import io.zonky.test.db.postgres.embedded.EmbeddedPostgres;
import java.io.IOException;
import java.io.StringWriter;
import java.io.Writer;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import javax.sql.DataSource;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** The snippets of docs/from-hikaricp.md: each pair does the same. */
class FromHikariCpIT {

  private final SessionOptions options = SessionOptions.standard();
  private Shop shop;
  private BlockingSessions sessions;
  private HikariDataSource dataSource;

  record Order(long id, String item) {}

  static final RecordMapper<Order> ORDER = RecordMapper.of(Order.class);

  @BeforeEach
  void open() throws IOException {
    shop = new Shop();
    sessions = shop.manager().blocking();
    dataSource = configured(Shop.environment());
  }

  @AfterEach
  void close() {
    dataSource.close();
    shop.close();
  }

  private static HikariDataSource configured(Map<String, String> environment) {
    String host = environment.get("POSTGRES_HOST");
    String port = environment.get("POSTGRES_PORT");
    String database = environment.get("POSTGRES_DB");
    String user = environment.get("POSTGRES_USER");
    String password = environment.get("POSTGRES_PASSWORD");
    HikariConfig config = new HikariConfig();
    config.setJdbcUrl("jdbc:postgresql://" + host + ":" + port + "/" + database);
    config.setUsername(user);
    config.setPassword(password);
    config.setSchema("shop");
    config.setMaximumPoolSize(2);
    config.setAutoCommit(false);
    HikariDataSource dataSource = new HikariDataSource(config);
    return dataSource;
  }

  private List<Order> readByJdbc(String customer) throws SQLException {
    try (Connection connection = dataSource.getConnection();
        PreparedStatement statement =
            connection.prepareStatement("SELECT id, item FROM orders WHERE customer = ?")) {
      statement.setString(1, customer);
      List<Order> orders = new ArrayList<>();
      try (ResultSet rows = statement.executeQuery()) {
        while (rows.next()) {
          orders.add(new Order(rows.getLong("id"), rows.getString("item")));
        }
      }
      connection.commit();
      return orders;
    }
  }

  private List<Order> read(String customer) {
    return sessions.inSession(
        options.readOnly(),
        session ->
            session
                .query("SELECT id, item FROM orders WHERE customer = $1", ORDER, customer)
                .list());
  }

  @Test
  void reads() throws SQLException {
    assertThat(readByJdbc("Grace"))
        .containsExactly(new Order(1, "tea"), new Order(2, "cup"))
        .isEqualTo(read("Grace"));
  }

  private void placeByJdbc(String customer, String item) throws SQLException {
    try (Connection connection = dataSource.getConnection()) {
      try (PreparedStatement take =
              connection.prepareStatement(
                  "UPDATE stock SET quantity = quantity - 1 WHERE item = ?");
          PreparedStatement place =
              connection.prepareStatement("INSERT INTO orders (customer, item) VALUES (?, ?)")) {
        take.setString(1, item);
        take.executeUpdate();
        place.setString(1, customer);
        place.setString(2, item);
        place.executeUpdate();
        connection.commit();
      } catch (SQLException | RuntimeException e) {
        connection.rollback();
        throw e;
      }
    }
  }

  private void place(String customer, String item) {
    sessions.useSession(
        options,
        session -> {
          session.execute("UPDATE stock SET quantity = quantity - 1 WHERE item = $1", item);
          session.execute("INSERT INTO orders (customer, item) VALUES ($1, $2)", customer, item);
        });
  }

  @Test
  void placesOrders() throws SQLException {
    Shop.SERVER.execute("UPDATE shop.stock SET quantity = 2");

    placeByJdbc("Ada", "tea");
    place("Alan", "tea");

    assertThat(Shop.column("SELECT customer FROM shop.orders ORDER BY id"))
        .containsExactly("Grace", "Grace", "Ada", "Alan");
    assertThat(Shop.column("SELECT quantity FROM shop.stock")).containsExactly("0");
  }

  private void insertByJdbc(String customer, List<String> items) throws SQLException {
    try (Connection connection = dataSource.getConnection();
        PreparedStatement statement =
            connection.prepareStatement("INSERT INTO orders (customer, item) VALUES (?, ?)")) {
      for (String item : items) {
        statement.setString(1, customer);
        statement.setString(2, item);
        statement.addBatch();
      }
      statement.executeBatch();
      connection.commit();
    }
  }

  private void insert(String customer, List<String> items) {
    List<Object[]> rows = items.stream().map(item -> new Object[] {customer, item}).toList();
    sessions.useSession(
        options,
        session -> session.batch("INSERT INTO orders (customer, item) VALUES ($1, $2)", rows));
  }

  @Test
  void insertsManyRows() throws SQLException {
    insertByJdbc("Ada", List.of("a", "b"));
    insert("Ada", List.of("c", "d"));

    assertThat(Shop.column("SELECT item FROM shop.orders WHERE customer = 'Ada' ORDER BY id"))
        .containsExactly("a", "b", "c", "d");
  }

  private void reportByJdbc(Writer report) throws SQLException, IOException {
    try (Connection connection = dataSource.getConnection();
        Statement statement = connection.createStatement()) {
      statement.setFetchSize(500);
      try (ResultSet rows = statement.executeQuery("SELECT item FROM orders")) {
        while (rows.next()) {
          report.write(rows.getString(1) + "\n");
        }
      }
      connection.commit();
    }
  }

  private void report(Writer report) throws IOException {
    sessions.useSession(
        options.readOnly(),
        session -> {
          try (Stream<String> items =
              session.query("SELECT item FROM orders", row -> row.get(0, String.class)).stream()) {
            for (String item : (Iterable<String>) items::iterator) {
              report.write(item + "\n");
            }
          }
        });
  }

  @Test
  void streams() throws SQLException, IOException {
    StringWriter both = new StringWriter();

    reportByJdbc(both);
    report(both);

    assertThat(both.toString()).isEqualTo("tea\ncup\ntea\ncup\n");
  }

  private long countByJdbc(String tenant) throws SQLException {
    try (Connection connection = dataSource.getConnection()) {
      try (PreparedStatement schema =
          connection.prepareStatement("SELECT set_config('search_path', ?, true)")) {
        schema.setString(1, '"' + tenant.replace("\"", "\"\"") + '"');
        schema.execute();
      }
      try (Statement statement = connection.createStatement();
          ResultSet rows = statement.executeQuery("SELECT count(*) FROM orders")) {
        rows.next();
        long orders = rows.getLong(1);
        connection.commit();
        return orders;
      }
    }
  }

  private long count(String tenant) {
    return sessions.inSession(
        options.in(new Schema(tenant)).readOnly(),
        session ->
            session.query("SELECT count(*) FROM orders", row -> row.get(0, Long.class)).one());
  }

  @Test
  void countsInATenantsSchema() throws SQLException {
    assertThat(countByJdbc("shop")).isEqualTo(2).isEqualTo(count("shop"));
  }

  private static void insert(DataSource dataSource, String item) throws SQLException {
    try (Connection connection = dataSource.getConnection();
        PreparedStatement statement =
            connection.prepareStatement("INSERT INTO stock VALUES (?, 1)")) {
      statement.setString(1, item);
      statement.executeUpdate();
      connection.commit();
    }
  }

  private int addByJdbc(String item) {
    try {
      insert(dataSource, item);
      return 201;
    } catch (SQLException e) {
      return "23505".equals(e.getSQLState()) ? 409 : 500;
    }
  }

  @Test
  void handlesErrors() {
    assertThat(addByJdbc("cup")).isEqualTo(201);
    assertThat(addByJdbc("tea")).isEqualTo(409);
  }

  private static void createByJdbc(EmbeddedPostgres postgres) throws SQLException {
    DataSource dataSource = postgres.getPostgresDatabase();
    try (Connection connection = dataSource.getConnection();
        Statement statement = connection.createStatement()) {
      statement.execute("CREATE TABLE stock (item text, quantity int)");
    }
  }

  @Test
  void testsAgainstAServer() throws IOException, SQLException {
    try (EmbeddedPostgres postgres = EmbeddedPostgres.start()) {
      createByJdbc(postgres);
    }
  }
}
