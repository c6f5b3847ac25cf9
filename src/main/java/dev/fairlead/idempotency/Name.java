package dev.fairlead.idempotency;

/**
 * What a request is known again by.
 *
 * @param tenant whose it is: the same key of another is another
 * @param key the caller's
 */
record Name(String tenant, String key) {}
