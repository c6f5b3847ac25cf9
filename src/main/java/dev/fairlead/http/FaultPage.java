package dev.fairlead.http;

import static java.nio.charset.StandardCharsets.UTF_8;

/**
 * Renders the error of a request that was refused before it reached the handler, in the dialect
 * that its path speaks.
 */
@FunctionalInterface
public interface FaultPage {
  /** An error object that every client reads. */
  FaultPage PLAIN =
      (path, status, message) -> {
        String safe = message.replaceAll("[\\\\\"\\p{Cntrl}]", " ");
        return ("{\"error\":{\"code\":" + status + ",\"message\":\"" + safe + "\"}}")
            .getBytes(UTF_8);
      };

  /**
   * The body, which is JSON.
   *
   * @param path the decoded path; {@code /} when the request was too broken to have one
   */
  byte[] render(String path, int status, String message);
}
