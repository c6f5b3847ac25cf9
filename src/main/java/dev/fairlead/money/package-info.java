/**
 * Money: exact integer arithmetic over usage and prices. Amounts are nano-USD, prices are pico-USD
 * a unit, and a cost is rounded once. Nothing here knows who pays.
 */
@NullMarked
package dev.fairlead.money;

import org.jspecify.annotations.NullMarked;
