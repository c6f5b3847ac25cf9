/**
 * A provider that is not one: answers in every dialect's own words, at a chosen pace, with chosen
 * faults, and keeps a log of what it received and what it really delivered. An answer is a function
 * of the seed and the request, so that a test can be repeated to the byte. It knows nothing of the
 * gateway that calls it.
 */
@NullMarked
package dev.fairlead.simulator;

import org.jspecify.annotations.NullMarked;
