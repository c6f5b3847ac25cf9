/**
 * Requests that are sent again: the same key gives the same answer, whole or streamed, running or
 * over, and the work is done once. What an answer is and what it costs is not known here.
 */
@NullMarked
package dev.fairlead.idempotency;

import org.jspecify.annotations.NullMarked;
