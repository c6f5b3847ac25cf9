/**
 * Recorded provider traffic through a whole gateway: a replaying upstream, a caller, and what must
 * be equal on both sides. Nothing of the recordings is kept here.
 */
@NullMarked
package dev.fairlead.recorded;

import org.jspecify.annotations.NullMarked;
