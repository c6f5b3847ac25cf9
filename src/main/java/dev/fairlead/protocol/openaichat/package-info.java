/**
 * OpenAI's chat completions dialect, as OpenAI and the many servers that call themselves compatible
 * really speak it, and OpenRouter's flavour of it. Requests, answers, streams, usage and faults,
 * both ways; legacy text completions as far as chat can serve them. No provider's address, price or
 * name stands here.
 */
@NullMarked
package dev.fairlead.protocol.openaichat;

import org.jspecify.annotations.NullMarked;
