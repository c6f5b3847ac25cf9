/**
 * The corridor: one client request from door to settlement, one method, top to bottom. Every
 * operation runs through it; there is no second way.
 */
@NullMarked
package dev.fairlead.exchange;

import org.jspecify.annotations.NullMarked;
