/**
 * The gateway under faults, judged from outside: what its caller gets, and what its providers see.
 * Every test here runs a whole gateway; what a single class decides is tested beside that class.
 */
@NullMarked
package dev.fairlead.failover;

import org.jspecify.annotations.NullMarked;
