package dev.fairlead.protocol;

import dev.fairlead.canon.ChatRequest;

/**
 * A conversation request as it stands at the door: what was received, and what it means.
 *
 * @param codec the dialect that the caller speaks
 */
public record Inbound(Codec codec, Flavour flavour, Wire wire, ChatRequest request) {}
