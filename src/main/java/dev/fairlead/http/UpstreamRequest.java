package dev.fairlead.http;

import java.net.URI;
import java.time.Duration;

/**
 * A request to a provider.
 *
 * @param uri absolute address
 * @param headers everything but {@code Host}, {@code Content-Length} and {@code Connection}
 * @param body the whole body; the array is not copied: do not change it
 * @param connectTimeout bound on name look-up, connection and TLS together
 */
public record UpstreamRequest(
    String method, URI uri, Headers headers, byte[] body, Duration connectTimeout) {}
