package dev.fairlead.http;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

/**
 * One server's connections on one loop, and the sweep that enforces their deadlines: connections
 * only note when they are due, so that no timer is set or cleared for a request. Confined to its
 * loop.
 */
final class ServerLoop {
  private final HttpServer server;
  private final NettyLoop loop;
  private final List<ServerConnection> connections = new ArrayList<>();
  private final Duration tick;
  private boolean sweeping;

  ServerLoop(HttpServer server, NettyLoop loop) {
    this.server = server;
    this.loop = loop;
    this.tick = tick(server.config());
  }

  private static Duration tick(ServerConfig c) {
    Duration shortest = Duration.ofSeconds(1);
    for (Duration d :
        List.of(c.headTimeout(), c.bodyTimeout(), c.idleTimeout(), c.writeStallTimeout())) {
      if (d.dividedBy(4).compareTo(shortest) < 0) {
        shortest = d.dividedBy(4);
      }
    }
    return shortest.compareTo(Duration.ofMillis(10)) < 0 ? Duration.ofMillis(10) : shortest;
  }

  HttpServer server() {
    return server;
  }

  ServerConfig config() {
    return server.config();
  }

  NettyLoop loop() {
    return loop;
  }

  void add(ServerConnection connection) {
    connection.place(connections.size());
    connections.add(connection);
    if (!sweeping) {
      sweeping = true;
      loop.schedule(tick, this::sweep);
    }
  }

  void remove(ServerConnection connection) {
    int place = connection.place();
    if (place < 0) {
      return;
    }
    connection.place(-1);
    ServerConnection last = connections.removeLast();
    if (last != connection) {
      connections.set(place, last);
      last.place(place);
    }
  }

  /** Ends every connection that is between two requests; all others after their answer. */
  void drain() {
    for (ServerConnection connection : List.copyOf(connections)) {
      connection.drain();
    }
  }

  private void sweep() {
    long now = loop.nanos();
    for (int i = connections.size() - 1; i >= 0; i--) {
      if (i < connections.size()) {
        connections.get(i).sweep(now);
      }
    }
    sweeping = !connections.isEmpty();
    if (sweeping) {
      loop.schedule(tick, this::sweep);
    }
  }
}
