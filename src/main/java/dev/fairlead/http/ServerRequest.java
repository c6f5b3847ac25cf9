package dev.fairlead.http;

import java.util.Optional;

/**
 * A request that has arrived whole.
 *
 * @param path decoded path, without the query
 * @param query the raw query; empty when there is none
 * @param body the whole body, content encodings undone
 * @param peer the caller's address
 * @param receivedNanos the monotonic instant at which its head was read
 */
public record ServerRequest(
    String method,
    String path,
    String query,
    Headers headers,
    byte[] body,
    String peer,
    long receivedNanos) {

  /** A query parameter, decoded; the first when there are several. */
  public Optional<String> parameter(String name) {
    return Query.parameter(query, name);
  }
}
