package dev.fairlead.http;

import java.time.Duration;

/**
 * The bounds of a server.
 *
 * @param host the address to listen on
 * @param port 0 for any free one
 * @param maxBodyBytes the largest request body, before and after its content encoding is undone
 * @param maxBufferedBytes the most that unfinished request bodies may take together
 * @param maxHeaderBytes the longest head of a request
 * @param maxHeaders the most header fields
 * @param headTimeout from the first byte of a head to its last
 * @param bodyTimeout how long a body may take; one second more for each KiB that has come
 * @param idleTimeout how long a connection may wait for a request
 * @param maxConnections connections above are refused with 503
 * @param writeStallTimeout how long a caller may take nothing of what we write
 * @param pendingHighBytes above this many unsent bytes an answer is not writable
 * @param pendingLowBytes below this many it is again
 */
public record ServerConfig(
    String host,
    int port,
    int maxBodyBytes,
    long maxBufferedBytes,
    int maxHeaderBytes,
    int maxHeaders,
    Duration headTimeout,
    Duration bodyTimeout,
    Duration idleTimeout,
    int maxConnections,
    Duration writeStallTimeout,
    int pendingHighBytes,
    int pendingLowBytes) {

  public ServerConfig {
    if (maxHeaderBytes < 1024 || maxHeaderBytes > NettyLoop.MAX_HEAD) {
      throw new IllegalArgumentException(
          "maxHeaderBytes must be between 1024 and " + NettyLoop.MAX_HEAD + ": " + maxHeaderBytes);
    }
    if (maxBodyBytes < 0 || pendingLowBytes < 0 || pendingHighBytes < pendingLowBytes) {
      throw new IllegalArgumentException("a bound is negative, or the low one above the high one");
    }
  }

  /** The bounds that fit an API of chat requests with pictures. */
  public static ServerConfig on(String host, int port) {
    return new ServerConfig(
        host,
        port,
        32 * 1024 * 1024,
        512L * 1024 * 1024,
        32 * 1024,
        256,
        Duration.ofSeconds(10),
        Duration.ofSeconds(30),
        Duration.ofSeconds(75),
        20_000,
        Duration.ofSeconds(60),
        256 * 1024,
        64 * 1024);
  }

  public ServerConfig withMaxBodyBytes(int bytes) {
    return new ServerConfig(
        host,
        port,
        bytes,
        maxBufferedBytes,
        maxHeaderBytes,
        maxHeaders,
        headTimeout,
        bodyTimeout,
        idleTimeout,
        maxConnections,
        writeStallTimeout,
        pendingHighBytes,
        pendingLowBytes);
  }

  public ServerConfig withHeaders(int bytes, int fields) {
    return new ServerConfig(
        host,
        port,
        maxBodyBytes,
        maxBufferedBytes,
        bytes,
        fields,
        headTimeout,
        bodyTimeout,
        idleTimeout,
        maxConnections,
        writeStallTimeout,
        pendingHighBytes,
        pendingLowBytes);
  }

  public ServerConfig withTimeouts(
      Duration head, Duration body, Duration idle, Duration writeStall) {
    return new ServerConfig(
        host,
        port,
        maxBodyBytes,
        maxBufferedBytes,
        maxHeaderBytes,
        maxHeaders,
        head,
        body,
        idle,
        maxConnections,
        writeStall,
        pendingHighBytes,
        pendingLowBytes);
  }

  public ServerConfig withMaxConnections(int connections) {
    return new ServerConfig(
        host,
        port,
        maxBodyBytes,
        maxBufferedBytes,
        maxHeaderBytes,
        maxHeaders,
        headTimeout,
        bodyTimeout,
        idleTimeout,
        connections,
        writeStallTimeout,
        pendingHighBytes,
        pendingLowBytes);
  }
}
