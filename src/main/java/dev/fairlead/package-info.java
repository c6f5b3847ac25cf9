/**
 * The root holds only {@code Main}, the command line, and {@code Gateway}, the one composition
 * root.
 */
@NullMarked
package dev.fairlead;

import org.jspecify.annotations.NullMarked;
