package dev.fairlead.store;

import java.math.BigDecimal;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.ResultSetMetaData;
import java.sql.SQLException;
import java.sql.Statement;
import java.sql.Types;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Optional;

/**
 * Copies tables from one database to another, in the order of their keys and in pieces, each of
 * which is one transaction there. What stands there already is left as it is, so that a transfer
 * that was interrupted goes on where it ended. The source must not change meanwhile. Blocking.
 */
public final class Transfer {
  private static final int PIECE = 1_000;

  /**
   * A table.
   *
   * @param key the columns of its primary key
   * @param numbered its key is a number that the database gives
   */
  public record Table(String name, List<String> key, boolean numbered) {
    public Table {
      key = List.copyOf(key);
    }
  }

  /**
   * What a table comes to on both sides.
   *
   * @param sum of all numbers in it, and of the lengths of all bytes
   */
  public record Compared(Table table, Figures from, Figures to) {
    public boolean same() {
      return from.rows() == to.rows() && from.sum().compareTo(to.sum()) == 0;
    }
  }

  /** How many rows there are, and the sum over them. */
  public record Figures(long rows, BigDecimal sum) {}

  private record Column(String name, int type) {
    boolean isBytes() {
      return type == Types.BLOB || type == Types.BINARY || type == Types.VARBINARY;
    }

    boolean isNumber() {
      return type == Types.INTEGER || type == Types.BIGINT || type == Types.SMALLINT;
    }
  }

  private final Database from;
  private final Database to;

  public Transfer(Database from, Database to) {
    this.from = from;
    this.to = to;
  }

  /** Copies what is not there yet; the number of rows. */
  public long copy(Table table) {
    List<Column> columns = columns(table);
    Optional<List<Object>> last = last(table);
    long copied = 0;
    while (true) {
      List<List<Object>> piece = piece(table, columns, last);
      if (piece.isEmpty()) {
        break;
      }
      copied += to.write(connection -> insert(connection, table, columns, piece));
      last = Optional.of(keyOf(table, columns, piece.getLast()));
    }
    if (table.numbered() && to.shared()) {
      to.write(connection -> goOn(connection, table));
    }
    return copied;
  }

  /** Takes a table away from the destination: none says more than one without rows. */
  public void leaveOut(Table table) {
    to.write(
        connection -> {
          try (Statement drop = connection.createStatement()) {
            return drop.execute("DROP TABLE " + table.name());
          }
        });
  }

  public Compared compare(Table table) {
    List<Column> columns = columns(table);
    return new Compared(table, figures(from, table, columns), figures(to, table, columns));
  }

  /** As the destination has them, because its types are the stricter ones. */
  private List<Column> columns(Table table) {
    return to.read(
        connection -> {
          try (Statement query = connection.createStatement();
              ResultSet none = query.executeQuery("SELECT * FROM " + table.name() + " LIMIT 0")) {
            ResultSetMetaData told = none.getMetaData();
            List<Column> columns = new ArrayList<>();
            for (int i = 1; i <= told.getColumnCount(); i++) {
              columns.add(new Column(told.getColumnName(i), told.getColumnType(i)));
            }
            return columns;
          }
        });
  }

  /** The last key that is there already: rows are copied in the order of their keys. */
  private Optional<List<Object>> last(Table table) {
    String keys = String.join(", ", table.key());
    String sql =
        "SELECT "
            + keys
            + " FROM "
            + table.name()
            + " ORDER BY "
            + String.join(" DESC, ", table.key())
            + " DESC LIMIT 1";
    return to.read(
        connection -> {
          try (Statement query = connection.createStatement();
              ResultSet row = query.executeQuery(sql)) {
            if (!row.next()) {
              return Optional.empty();
            }
            List<Object> key = new ArrayList<>();
            for (int i = 1; i <= table.key().size(); i++) {
              key.add(row.getObject(i));
            }
            return Optional.of(key);
          }
        });
  }

  private List<List<Object>> piece(
      Table table, List<Column> columns, Optional<List<Object>> after) {
    String keys = String.join(", ", table.key());
    String names = String.join(", ", columns.stream().map(Column::name).toList());
    String marks = String.join(", ", Collections.nCopies(table.key().size(), "?"));
    String sql =
        "SELECT "
            + names
            + " FROM "
            + table.name()
            + (after.isPresent() ? " WHERE (" + keys + ") > (" + marks + ")" : "")
            + " ORDER BY "
            + keys
            + " LIMIT "
            + PIECE;
    return from.read(
        connection -> {
          try (PreparedStatement query = connection.prepareStatement(sql)) {
            List<Object> values = after.orElse(List.of());
            for (int i = 0; i < values.size(); i++) {
              query.setObject(i + 1, values.get(i));
            }
            try (ResultSet rows = query.executeQuery()) {
              return rows(rows, columns);
            }
          }
        });
  }

  private static List<List<Object>> rows(ResultSet rows, List<Column> columns) throws SQLException {
    List<List<Object>> all = new ArrayList<>();
    while (rows.next()) {
      List<Object> row = new ArrayList<>(columns.size());
      for (int i = 0; i < columns.size(); i++) {
        row.add(columns.get(i).isBytes() ? rows.getBytes(i + 1) : rows.getObject(i + 1));
      }
      all.add(row);
    }
    return all;
  }

  private static List<Object> keyOf(Table table, List<Column> columns, List<Object> row) {
    List<String> names = columns.stream().map(Column::name).toList();
    return table.key().stream().map(key -> row.get(names.indexOf(key))).toList();
  }

  private long insert(
      Connection connection, Table table, List<Column> columns, List<List<Object>> piece)
      throws SQLException {
    String names = String.join(", ", columns.stream().map(Column::name).toList());
    String marks = String.join(", ", Collections.nCopies(columns.size(), "?"));
    String numbers = table.numbered() && to.shared() ? " OVERRIDING SYSTEM VALUE" : "";
    String sql =
        "INSERT INTO "
            + table.name()
            + " ("
            + names
            + ")"
            + numbers
            + " VALUES ("
            + marks
            + ") ON CONFLICT DO NOTHING";
    try (PreparedStatement insert = connection.prepareStatement(sql)) {
      for (List<Object> row : piece) {
        for (int i = 0; i < row.size(); i++) {
          insert.setObject(i + 1, row.get(i));
        }
        insert.addBatch();
      }
      long rows = 0;
      for (int count : insert.executeBatch()) {
        rows += Math.max(0, count);
      }
      return rows;
    }
  }

  /** The next number is the one after the last. */
  private static boolean goOn(Connection connection, Table table) throws SQLException {
    String key = table.key().getFirst();
    try (Statement statement = connection.createStatement()) {
      return statement.execute(
          "SELECT setval(pg_get_serial_sequence('"
              + table.name()
              + "', '"
              + key
              + "'), "
              + "greatest(1, (SELECT coalesce(max("
              + key
              + "), 0) FROM "
              + table.name()
              + ")), "
              + "(SELECT count(*) > 0 FROM "
              + table.name()
              + "))");
    }
  }

  private static Figures figures(Database database, Table table, List<Column> columns) {
    List<String> sums = new ArrayList<>();
    for (Column column : columns) {
      if (column.isNumber()) {
        sums.add("coalesce(sum(" + column.name() + "), 0)");
      } else if (column.isBytes()) {
        sums.add("coalesce(sum(length(" + column.name() + ")), 0)");
      }
    }
    sums.addFirst("count(*)");
    String sql = "SELECT " + String.join(", ", sums) + " FROM " + table.name();
    return database.read(
        connection -> {
          try (Statement query = connection.createStatement();
              ResultSet row = query.executeQuery(sql)) {
            row.next();
            BigDecimal sum = BigDecimal.ZERO;
            for (int i = 2; i <= sums.size(); i++) {
              sum = sum.add(new BigDecimal(row.getString(i)));
            }
            return new Figures(row.getLong(1), sum);
          }
        });
  }
}
