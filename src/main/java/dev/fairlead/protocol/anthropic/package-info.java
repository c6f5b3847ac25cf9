/**
 * Anthropic's Messages dialect, both ways, from version 2023-06-01 on. Nothing here knows another
 * dialect: what comes from one is told by the dialect of its extras, and what cannot be said here
 * is a loss.
 *
 * <p>Normalisations of a request that is read and written again: content that is one string becomes
 * a list of one text block, neighbouring messages of one role become one message, and a system of one plain text block a string, and one of none is left out; {@code null} for an
 * optional member, {@code stream: false} and {@code is_error: false} are left out; {@code
 * output_format} becomes {@code output_config.format}.
 */
@NullMarked
package dev.fairlead.protocol.anthropic;

import org.jspecify.annotations.NullMarked;
