package dev.fairlead.canon;

import dev.fairlead.wire.Text;
import java.util.Optional;

/**
 * What only its issuer can check: a reasoning signature, encrypted reasoning, a thought signature.
 * Copied exactly, never trimmed, and worth nothing at another provider.
 *
 * @param data the signature or the encrypted content
 * @param issuedBy the family that made it ({@code anthropic}, {@code google}, {@code openai}, …);
 *     empty when the request does not tell
 */
public record Proof(Text data, Optional<String> issuedBy) {}
