package dev.fairlead.ledger;

import dev.fairlead.identity.Scope;
import dev.fairlead.money.Interval;
import dev.fairlead.store.Database;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * The authority over leases, in the database that all nodes share. Every operation is one
 * transaction, alone among writers: it reads what it is about, lets a {@link LeaseBook} decide, and
 * writes down what has changed. Blocking.
 */
final class LeaseTable {
  /** So many budgets are looked up at once. */
  private static final int CHUNK = 200;

  /** More lives than a node can have had since the state that books were restored to. */
  private static final long RESTORED = 1L << 32;

  /** Days that a limit is remembered after its period, for charges that come late. */
  private static final long LATE_DAYS = 3;

  /** Something done with a row. */
  @FunctionalInterface
  private interface FromTable {
    void read(ResultSet row) throws SQLException;
  }

  private final Database database;
  private final LeaseTerms terms;
  private final InstantSource clock;
  private final LeaseWatch watch;

  LeaseTable(Database database, LeaseTerms terms, InstantSource clock) {
    this.database = database;
    this.terms = terms;
    this.clock = clock;
    this.watch = new LeaseWatch(terms);
  }

  /** See {@link LeaseBook#begin}. */
  long begin(String node, String incarnation) {
    return database.write(
        connection -> {
          LeaseBook book = lives(connection);
          long epoch = book.begin(node, incarnation);
          change(connection, "DELETE FROM lease_session WHERE node = ?", node);
          for (LeaseBook.Session session : book.books().sessions()) {
            if (session.node().equals(node)) {
              insert(connection, session);
            }
          }
          change(
              connection,
              """
              INSERT INTO lease_node (node, epoch) VALUES (?, ?)
              ON CONFLICT (node) DO UPDATE SET epoch = excluded.epoch""",
              node,
              epoch);
          change(connection, "DELETE FROM lease_waiting WHERE node = ?", node);
          return epoch;
        });
  }

  /**
   * See {@link LeaseBook#renew}.
   *
   * @param limits of the budgets that the request names
   */
  LeaseReply renew(LeaseRequest request, Map<BudgetPeriod, Long> limits) {
    return database.write(
        connection -> {
          remember(connection, limits);
          LeaseBook book = book(connection, limits.keySet(), sessions(connection));
          LeaseBook.Books before = book.books();
          book.day(today(connection, before.day()));
          LeaseReply reply = book.renew(request);
          store(connection, before, book.books(), request.node());
          return reply;
        });
  }

  /**
   * What is booked of charges that stand nowhere yet; the rest of each is absorbed. In the
   * transaction that writes them.
   */
  List<Settled> paid(Connection connection, List<Settled> settlements) throws SQLException {
    Map<String, LeaseCharge> charges = new LinkedHashMap<>();
    Set<BudgetPeriod> budgets = new LinkedHashSet<>();
    for (Settled settled : settlements) {
      settled
          .lease()
          .ifPresent(
              charge -> {
                charges.putIfAbsent(charge.id(), charge);
                budgets.addAll(charge.budgets());
              });
    }
    if (charges.isEmpty()) {
      return settlements;
    }
    LeaseBook book = book(connection, budgets, List.of());
    List<LeaseBook.Lease> before = book.leases();
    Map<String, LeaseBook.Booked> booked = new HashMap<>();
    book.settle(List.copyOf(charges.values())).forEach(it -> booked.put(it.id(), it));
    storeLeases(connection, before, book.leases());
    return settlements.stream().map(it -> asBooked(it, booked)).toList();
  }

  private static Settled asBooked(Settled settled, Map<String, LeaseBook.Booked> booked) {
    LeaseBook.Booked result = booked.get(settled.what().id());
    return settled.lease().isEmpty() || result == null || result.absorbedNano() == 0
        ? settled
        : new Settled(
            settled.what().charged(result.chargeNano()),
            settled.scopes(),
            settled.day(),
            settled.lease());
  }

  /**
   * Ends all lives of a node that is known to have stopped, and of which nothing is to come.
   *
   * @return false when it had none
   */
  boolean end(String node) {
    return database.write(
        connection -> {
          change(connection, "DELETE FROM lease WHERE node = ?", node);
          change(connection, "DELETE FROM lease_waiting WHERE node = ?", node);
          return change(connection, "DELETE FROM lease_session WHERE node = ?", node) > 0;
        });
  }

  /** The books were restored: all lives have ended, and their numbers are not given again. */
  void restored() {
    database.write(
        connection -> {
          change(connection, "UPDATE lease_node SET epoch = epoch + ?", RESTORED);
          change(connection, "DELETE FROM lease");
          change(connection, "DELETE FROM lease_waiting");
          return change(connection, "DELETE FROM lease_session");
        });
  }

  /** All lives that have not ended. */
  List<LeaseBook.Session> sessions() {
    return database.read(LeaseTable::sessions);
  }

  /** See {@link LeaseBook#expire}. Every node watches; the first to know ends a life. */
  List<LeaseBook.Session> expire(long nanos) {
    List<LeaseBook.Session> over = watch.over(sessions(), nanos);
    List<LeaseBook.Session> ended = new ArrayList<>();
    for (LeaseBook.Session session : over) {
      if (database.write(connection -> end(connection, session))) {
        ended.add(session);
      }
    }
    return ended;
  }

  /** Only if it was not heard meanwhile. */
  private static boolean end(Connection connection, LeaseBook.Session session) throws SQLException {
    int gone =
        change(
            connection,
            "DELETE FROM lease_session WHERE node = ? AND epoch = ? AND serial = ?",
            session.node(),
            session.epoch(),
            session.serial());
    if (gone == 0) {
      return false;
    }
    change(
        connection,
        "DELETE FROM lease WHERE node = ? AND epoch = ?",
        session.node(),
        session.epoch());
    change(
        connection,
        """
        DELETE FROM lease_waiting
        WHERE node = ? AND NOT EXISTS (SELECT 1 FROM lease_session WHERE node = ?)""",
        session.node(),
        session.node());
    return true;
  }

  // ---------------------------------------------------------------- days

  /** Moves on to the day of the database, by its own clock; never back. */
  private long today(Connection connection, long last) throws SQLException {
    long now = now(connection);
    if (now <= last) {
      return last;
    }
    change(
        connection,
        "INSERT INTO lease_day (one, day) VALUES (1, ?) ON CONFLICT (one) DO UPDATE SET day = ?",
        now,
        now);
    for (Interval interval : Interval.values()) {
      long start = interval.start(now);
      change(
          connection,
          "DELETE FROM lease WHERE period = ? AND start < ? AND granted = settled",
          interval.name(),
          start);
      change(
          connection,
          "DELETE FROM lease_waiting WHERE period = ? AND start < ?",
          interval.name(),
          start);
      change(
          connection,
          "DELETE FROM lease_budget WHERE period = ? AND start < ?",
          interval.name(),
          interval.start(now - LATE_DAYS));
    }
    return now;
  }

  private long now(Connection connection) throws SQLException {
    if (!database.shared()) {
      return Interval.day(clock.instant());
    }
    try (Statement query = connection.createStatement();
        ResultSet row =
            query.executeQuery("SELECT floor(extract(epoch FROM now()) / 86400)::bigint")) {
      row.next();
      return row.getLong(1);
    }
  }

  // ---------------------------------------------------------------- reading

  /** As much of the book as concerns the lives of nodes. */
  private LeaseBook lives(Connection connection) throws SQLException {
    return new LeaseBook(
        terms,
        new LeaseBook.Books(
            day(connection),
            List.of(),
            List.of(),
            epochs(connection),
            sessions(connection),
            List.of(),
            List.of(),
            List.of()));
  }

  /**
   * As much of the book as concerns some budgets.
   *
   * @param sessions where lives are concerned, too
   */
  private LeaseBook book(
      Connection connection, Collection<BudgetPeriod> budgets, List<LeaseBook.Session> sessions)
      throws SQLException {
    List<LeaseBook.Limit> limits = new ArrayList<>();
    List<LeaseBook.Spending> spending = new ArrayList<>();
    List<LeaseBook.Lease> leases = new ArrayList<>();
    List<LeaseBook.Waiting> waiting = new ArrayList<>();
    List<BudgetPeriod> all = List.copyOf(budgets);
    for (int i = 0; i < all.size(); i += CHUNK) {
      List<BudgetPeriod> some = all.subList(i, Math.min(all.size(), i + CHUNK));
      select(
          connection,
          "SELECT kind, scope, period, start, nano FROM lease_budget",
          some,
          row -> {
            BudgetPeriod budget = budget(row);
            limits.add(new LeaseBook.Limit(budget.scope(), budget.interval(), row.getLong(5)));
          });
      select(
          connection,
          "SELECT kind, scope, period, start, node, epoch, granted, settled FROM lease",
          some,
          row ->
              leases.add(
                  new LeaseBook.Lease(
                      budget(row),
                      row.getString(5),
                      row.getLong(6),
                      row.getLong(7),
                      row.getLong(8))));
      select(
          connection,
          "SELECT kind, scope, period, start, node FROM lease_waiting",
          some,
          row -> waiting.add(new LeaseBook.Waiting(budget(row), row.getString(5))));
    }
    spent(connection, all, spending);
    return new LeaseBook(
        terms,
        new LeaseBook.Books(
            day(connection), limits, spending, Map.of(), sessions, leases, waiting, List.of()));
  }

  private static void select(
      Connection connection, String what, List<BudgetPeriod> budgets, FromTable reader)
      throws SQLException {
    String sql =
        what
            + " WHERE (kind, scope, period, start) IN (VALUES "
            + "(?, ?, ?, CAST(? AS BIGINT)), ".repeat(budgets.size() - 1)
            + "(?, ?, ?, CAST(? AS BIGINT)))";
    try (PreparedStatement query = connection.prepareStatement(sql)) {
      int i = 1;
      for (BudgetPeriod budget : budgets) {
        query.setString(i++, budget.scope().kind().name());
        query.setString(i++, budget.scope().id());
        query.setString(i++, budget.interval().name());
        query.setLong(i++, budget.start());
      }
      try (ResultSet rows = query.executeQuery()) {
        while (rows.next()) {
          reader.read(rows);
        }
      }
    }
  }

  private static BudgetPeriod budget(ResultSet row) throws SQLException {
    return new BudgetPeriod(
        new Scope(Scope.Kind.valueOf(row.getString(1)), row.getString(2)),
        Interval.valueOf(row.getString(3)),
        row.getLong(4));
  }

  private static void spent(
      Connection connection, List<BudgetPeriod> budgets, List<LeaseBook.Spending> into)
      throws SQLException {
    try (PreparedStatement query =
        connection.prepareStatement(
            """
            SELECT coalesce(sum(nano), 0) FROM spending
            WHERE kind = ? AND scope = ? AND day >= ? AND day < ?""")) {
      for (BudgetPeriod budget : budgets) {
        query.setString(1, budget.scope().kind().name());
        query.setString(2, budget.scope().id());
        query.setLong(3, budget.start());
        query.setLong(4, budget.end());
        try (ResultSet row = query.executeQuery()) {
          row.next();
          into.add(new LeaseBook.Spending(budget, row.getLong(1)));
        }
      }
    }
  }

  private static long day(Connection connection) throws SQLException {
    try (Statement query = connection.createStatement();
        ResultSet row = query.executeQuery("SELECT coalesce(max(day), 0) FROM lease_day")) {
      row.next();
      return row.getLong(1);
    }
  }

  private static Map<String, Long> epochs(Connection connection) throws SQLException {
    try (Statement query = connection.createStatement();
        ResultSet rows = query.executeQuery("SELECT node, epoch FROM lease_node")) {
      Map<String, Long> epochs = new HashMap<>();
      while (rows.next()) {
        epochs.put(rows.getString(1), rows.getLong(2));
      }
      return epochs;
    }
  }

  private static List<LeaseBook.Session> sessions(Connection connection) throws SQLException {
    try (Statement query = connection.createStatement();
        ResultSet rows =
            query.executeQuery(
                "SELECT node, epoch, incarnation, serial, fenced FROM lease_session")) {
      List<LeaseBook.Session> sessions = new ArrayList<>();
      while (rows.next()) {
        sessions.add(
            new LeaseBook.Session(
                rows.getString(1),
                rows.getLong(2),
                rows.getString(3),
                rows.getLong(4),
                rows.getInt(5) != 0));
      }
      return sessions;
    }
  }

  // ---------------------------------------------------------------- writing

  private static void remember(Connection connection, Map<BudgetPeriod, Long> limits)
      throws SQLException {
    try (PreparedStatement put =
        connection.prepareStatement(
            """
            INSERT INTO lease_budget (kind, scope, period, start, nano) VALUES (?, ?, ?, ?, ?)
            ON CONFLICT (kind, scope, period, start) DO UPDATE SET nano = excluded.nano
            WHERE lease_budget.nano <> excluded.nano""")) {
      for (Map.Entry<BudgetPeriod, Long> limit : limits.entrySet()) {
        name(put, limit.getKey());
        put.setLong(5, limit.getValue());
        put.addBatch();
      }
      put.executeBatch();
    }
  }

  private static void store(
      Connection connection, LeaseBook.Books before, LeaseBook.Books after, String node)
      throws SQLException {
    storeLeases(connection, before.leases(), after.leases());
    for (LeaseBook.Session session : after.sessions()) {
      if (session.node().equals(node) && !before.sessions().contains(session)) {
        change(
            connection,
            "UPDATE lease_session SET serial = ? WHERE node = ? AND epoch = ?",
            session.serial(),
            node,
            session.epoch());
      }
    }
    Set<LeaseBook.Waiting> gone = new HashSet<>(before.waiting());
    after.waiting().forEach(gone::remove);
    Set<LeaseBook.Waiting> come = new HashSet<>(after.waiting());
    before.waiting().forEach(come::remove);
    write(
        connection,
        """
        DELETE FROM lease_waiting
        WHERE kind = ? AND scope = ? AND period = ? AND start = ? AND node = ?""",
        gone);
    write(
        connection,
        """
        INSERT INTO lease_waiting (kind, scope, period, start, node) VALUES (?, ?, ?, ?, ?)
        ON CONFLICT DO NOTHING""",
        come);
  }

  private static void write(Connection connection, String sql, Set<LeaseBook.Waiting> all)
      throws SQLException {
    if (!all.isEmpty()) {
      try (PreparedStatement statement = connection.prepareStatement(sql)) {
        for (LeaseBook.Waiting waiting : all) {
          name(statement, waiting.budget());
          statement.setString(5, waiting.node());
          statement.addBatch();
        }
        statement.executeBatch();
      }
    }
  }

  private static void storeLeases(
      Connection connection, List<LeaseBook.Lease> before, List<LeaseBook.Lease> after)
      throws SQLException {
    Set<LeaseBook.Lease> same = new HashSet<>(before);
    try (PreparedStatement put =
        connection.prepareStatement(
            """
            INSERT INTO lease (kind, scope, period, start, node, epoch, granted, settled)
            VALUES (?, ?, ?, ?, ?, ?, ?, ?)
            ON CONFLICT (kind, scope, period, start, node, epoch)
            DO UPDATE SET granted = excluded.granted, settled = excluded.settled""")) {
      for (LeaseBook.Lease lease : after) {
        if (!same.contains(lease)) {
          name(put, lease.budget());
          put.setString(5, lease.node());
          put.setLong(6, lease.epoch());
          put.setLong(7, lease.grantedNano());
          put.setLong(8, lease.settledNano());
          put.addBatch();
        }
      }
      put.executeBatch();
    }
  }

  private static void insert(Connection connection, LeaseBook.Session session) throws SQLException {
    change(
        connection,
        """
        INSERT INTO lease_session (node, epoch, incarnation, serial, fenced)
        VALUES (?, ?, ?, ?, ?)""",
        session.node(),
        session.epoch(),
        session.incarnation(),
        session.serial(),
        session.fenced() ? 1L : 0L);
  }

  private static void name(PreparedStatement statement, BudgetPeriod budget) throws SQLException {
    statement.setString(1, budget.scope().kind().name());
    statement.setString(2, budget.scope().id());
    statement.setString(3, budget.interval().name());
    statement.setLong(4, budget.start());
  }

  private static int change(Connection connection, String sql, Object... values)
      throws SQLException {
    try (PreparedStatement statement = connection.prepareStatement(sql)) {
      for (int i = 0; i < values.length; i++) {
        if (values[i] instanceof Long number) {
          statement.setLong(i + 1, number);
        } else {
          statement.setString(i + 1, String.valueOf(values[i]));
        }
      }
      return statement.executeUpdate();
    }
  }
}
