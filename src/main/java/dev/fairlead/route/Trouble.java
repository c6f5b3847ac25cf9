package dev.fairlead.route;

import java.time.Instant;

/**
 * An endpoint that wants to be left alone.
 *
 * @param credential with which it was called; the empty name stands for every credential
 */
record Trouble(String endpoint, String credential, Instant until) {}
