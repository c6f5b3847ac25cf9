/**
 * What happened: the generation, the settled record of one exchange, with its attempts, decision,
 * usage, cost and losses; kept off the request's path, bounded, its losses counted; and the metrics
 * that are reckoned from it. No request waits for this room.
 */
@NullMarked
package dev.fairlead.journal;

import org.jspecify.annotations.NullMarked;
