package dev.fairlead.http;

import java.time.Duration;

/**
 * The bounds of the client. Pools are per loop and origin, and so are the numbers.
 *
 * @param maxConnections open connections to one origin
 * @param maxIdle connections that are kept without work
 * @param maxQueued calls that wait for a connection; they wait no longer than their connect timeout
 * @param idleTimeout how long a connection is kept; shorter than what servers usually grant
 * @param maxHeadBytes the longest head of an answer
 * @param maxHeaders the most header fields
 * @param maxBodyBytes the largest answer, also when it is a stream, encodings undone
 */
public record ClientConfig(
    int maxConnections,
    int maxIdle,
    int maxQueued,
    Duration idleTimeout,
    int maxHeadBytes,
    int maxHeaders,
    long maxBodyBytes) {

  public ClientConfig {
    if (maxConnections < 1 || maxIdle < 0 || maxQueued < 0 || maxBodyBytes < 0) {
      throw new IllegalArgumentException("a bound of the client is negative, or no connection");
    }
    if (maxHeadBytes < 1024 || maxHeadBytes > NettyLoop.MAX_HEAD) {
      throw new IllegalArgumentException("maxHeadBytes is out of range: " + maxHeadBytes);
    }
  }

  public static ClientConfig defaults() {
    return new ClientConfig(
        1024, 256, 1024, Duration.ofSeconds(60), 64 * 1024, 256, 256L * 1024 * 1024);
  }
}
