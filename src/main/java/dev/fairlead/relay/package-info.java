/**
 * After the commit point: frames to the caller, taps for the record, back-pressure, keep-alive,
 * cancellation, and what a stream that breaks ends with: an error, or its continuation elsewhere.
 */
@NullMarked
package dev.fairlead.relay;

import org.jspecify.annotations.NullMarked;
