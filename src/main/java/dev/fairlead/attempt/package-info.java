/**
 * A plan becomes one served attempt: rendering for each endpoint, calls, deadlines, retries and
 * failover, until the commit point. Nothing has reached the caller before that, and nothing is
 * decided here after it.
 */
@NullMarked
package dev.fairlead.attempt;

import org.jspecify.annotations.NullMarked;
