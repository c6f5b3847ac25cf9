package dev.fairlead.identity;

/**
 * Who is calling.
 *
 * @param keyId SHA-256 of the key, in hexadecimal: its public identifier
 * @param keyName the name that people gave it
 * @param management it may manage, and cannot infer; otherwise the other way round
 */
public record Principal(String keyId, String keyName, String workspace, boolean management) {}
