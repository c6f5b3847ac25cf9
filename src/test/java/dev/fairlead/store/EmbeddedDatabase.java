package dev.fairlead.store;

import io.zonky.test.db.postgres.embedded.EmbeddedPostgres;
import java.io.IOException;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.logging.Level;
import java.util.logging.Logger;

/** A PostgreSQL of the tests' own, one for the whole run, with a fresh database for each test. */
public final class EmbeddedDatabase {
  private static final Logger SERVER_LOG = Logger.getLogger("io.zonky.test");
  private static final AtomicInteger NAMES = new AtomicInteger();

  private static final class Holder {
    private static final EmbeddedPostgres SERVER = start();

    private static EmbeddedPostgres start() {
      SERVER_LOG.setLevel(Level.WARNING);
      try {
        EmbeddedPostgres server =
            EmbeddedPostgres.builder()
                .setServerConfig("max_connections", "200")
                .setServerConfig("fsync", "off")
                .setOutputRedirector(ProcessBuilder.Redirect.DISCARD)
                .setErrorRedirector(ProcessBuilder.Redirect.DISCARD)
                .start();
        Runtime.getRuntime().addShutdownHook(new Thread(() -> stop(server)));
        return server;
      } catch (IOException e) {
        throw new IllegalStateException("PostgreSQL does not start here", e);
      }
    }

    private static void stop(EmbeddedPostgres server) {
      try {
        server.close();
      } catch (IOException e) {
        System.err.println("PostgreSQL did not stop: " + e);
      }
    }
  }

  private EmbeddedDatabase() {}

  /** The address of a new, empty database. */
  public static String fresh() {
    String name = "t" + NAMES.incrementAndGet();
    execute("postgres", "CREATE DATABASE " + name);
    return url(name, port());
  }

  public static int port() {
    return Holder.SERVER.getPort();
  }

  /** The same database, reached by another port. */
  public static String by(int port, String url) {
    return url.replace(":" + port() + "/", ":" + port + "/");
  }

  private static String url(String name, int port) {
    return "jdbc:postgresql://127.0.0.1:" + port + "/" + name + "?user=postgres&password=s3cret";
  }

  /** Does something as the superuser. */
  public static void execute(String database, String sql) {
    try (Connection connection = Holder.SERVER.getDatabase("postgres", database).getConnection();
        Statement statement = connection.createStatement()) {
      statement.execute(sql);
    } catch (SQLException e) {
      throw new IllegalStateException(e);
    }
  }

  /** The name of the database behind an address. */
  public static String name(String url) {
    return url.replaceFirst("\\?.*", "").replaceFirst(".*/", "");
  }
}
