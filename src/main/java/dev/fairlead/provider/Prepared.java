package dev.fairlead.provider;

import dev.fairlead.http.Headers;
import java.net.URI;

/** Where a call goes and what it shows there. */
public record Prepared(URI uri, Headers headers) {}
