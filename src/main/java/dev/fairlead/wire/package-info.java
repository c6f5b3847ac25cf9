/**
 * Bytes. Strict indexing of received JSON, byte-faithful splicing, writing of JSON, and the framing
 * of event streams (server-sent events, AWS event-stream). Nothing here knows what a model, a
 * message or a provider is.
 */
@NullMarked
package dev.fairlead.wire;

import org.jspecify.annotations.NullMarked;
