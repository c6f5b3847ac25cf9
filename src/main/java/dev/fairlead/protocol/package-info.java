/**
 * Dialects. Each folder below reads and writes one: requests, answers, streams, usage and faults,
 * between received bytes and canon. This package holds what they share: the codec's shape, its
 * context, and the finding of the wider events' ends. No dialect knows another, or a provider.
 */
@NullMarked
package dev.fairlead.protocol;

import org.jspecify.annotations.NullMarked;
