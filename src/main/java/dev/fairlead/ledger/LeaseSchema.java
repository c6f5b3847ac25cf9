package dev.fairlead.ledger;

import dev.fairlead.store.Migration;
import java.util.List;

/** The tables of leases, as they came to be; what stands here is never changed, only added to. */
final class LeaseSchema {
  static final List<Migration> MIGRATIONS =
      List.of(
          new Migration(
              "lease-1",
              """
              CREATE TABLE lease_day (
                one INTEGER PRIMARY KEY CHECK (one = 1),
                day BIGINT NOT NULL
              );
              CREATE TABLE lease_node (
                node TEXT PRIMARY KEY,
                epoch BIGINT NOT NULL
              );
              CREATE TABLE lease_session (
                node TEXT NOT NULL,
                epoch BIGINT NOT NULL,
                incarnation TEXT NOT NULL,
                serial BIGINT NOT NULL,
                fenced INTEGER NOT NULL,
                PRIMARY KEY (node, epoch)
              );
              CREATE TABLE lease_budget (
                kind TEXT NOT NULL,
                scope TEXT NOT NULL,
                period TEXT NOT NULL,
                start BIGINT NOT NULL,
                nano BIGINT NOT NULL CHECK (nano >= 0),
                PRIMARY KEY (kind, scope, period, start)
              );
              CREATE TABLE lease (
                kind TEXT NOT NULL,
                scope TEXT NOT NULL,
                period TEXT NOT NULL,
                start BIGINT NOT NULL,
                node TEXT NOT NULL,
                epoch BIGINT NOT NULL,
                granted BIGINT NOT NULL CHECK (granted >= 0),
                settled BIGINT NOT NULL CHECK (settled BETWEEN 0 AND granted),
                PRIMARY KEY (kind, scope, period, start, node, epoch)
              );
              CREATE INDEX lease_by_node ON lease (node, epoch);
              CREATE TABLE lease_waiting (
                kind TEXT NOT NULL,
                scope TEXT NOT NULL,
                period TEXT NOT NULL,
                start BIGINT NOT NULL,
                node TEXT NOT NULL,
                PRIMARY KEY (kind, scope, period, start, node)
              )"""));

  private LeaseSchema() {}
}
