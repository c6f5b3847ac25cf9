/** The vendors' own client libraries against a whole gateway, unchanged but for their base URL. */
@NullMarked
package dev.fairlead.sdk;

import org.jspecify.annotations.NullMarked;
