/**
 * The management API: keys, budgets, credits. For management keys, which cannot call models. What
 * is changed here is written by the rooms that own it; the web page will be served from here too.
 */
@NullMarked
package dev.fairlead.admin;

import org.jspecify.annotations.NullMarked;
