package dev.fairlead;

import static org.assertj.core.api.Assertions.assertThat;

import dev.fairlead.store.Database;
import java.math.BigDecimal;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.HashMap;
import java.util.Map;

/**
 * What stands in the books, in nano-USD.
 *
 * @param charges of each settlement, by its id
 * @param postings all of them together
 * @param customers what was posted to customers
 * @param keys what each key has spent
 */
record SettledBooks(
    Map<String, Long> charges, long postings, long customers, Map<String, Long> keys) {
  static SettledBooks read(Database database) {
    return database.read(
        connection ->
            new SettledBooks(
                map(connection, "SELECT id, charge FROM settlement"),
                sum(connection, "SELECT sum(nano) FROM posting"),
                sum(connection, "SELECT -sum(nano) FROM posting WHERE account LIKE 'customer:%'"),
                map(
                    connection,
                    "SELECT scope, sum(nano) FROM spending WHERE kind = 'KEY' GROUP BY scope")));
  }

  private static Map<String, Long> map(Connection connection, String sql) throws SQLException {
    try (Statement query = connection.createStatement();
        ResultSet rows = query.executeQuery(sql)) {
      Map<String, Long> map = new HashMap<>();
      while (rows.next()) {
        map.put(rows.getString(1), rows.getLong(2));
      }
      return map;
    }
  }

  private static long sum(Connection connection, String sql) throws SQLException {
    try (Statement query = connection.createStatement();
        ResultSet row = query.executeQuery(sql)) {
      row.next();
      return row.getLong(1);
    }
  }

  private static long sum(Map<String, Long> amounts) {
    return amounts.values().stream().mapToLong(Long::longValue).sum();
  }

  /** Double entries come to nothing, and customers and keys to what was charged. */
  void balance() {
    assertThat(postings).isZero();
    assertThat(customers).isEqualTo(sum(charges));
    assertThat(sum(keys)).isEqualTo(sum(charges));
  }

  /** Each of these is there, with exactly the cost that its caller was told. */
  void have(Map<String, BigDecimal> acknowledged) {
    acknowledged.forEach(
        (id, cost) ->
            assertThat(charges.get(id))
                .as("the settlement of " + id)
                .isEqualTo(cost.movePointRight(9).longValueExact()));
  }
}
