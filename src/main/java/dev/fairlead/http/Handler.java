package dev.fairlead.http;

/** What answers requests. Called on the request's loop; must not block it. */
@FunctionalInterface
public interface Handler {
  void handle(ServerRequest request, Responder responder);
}
