package dev.fairlead;

import dev.fairlead.admin.BudgetOperations;
import dev.fairlead.admin.CredentialOperations;
import dev.fairlead.admin.CreditOperations;
import dev.fairlead.admin.InvoiceOperations;
import dev.fairlead.admin.KeyOperations;
import dev.fairlead.admin.OrganizationOperations;
import dev.fairlead.admin.StripeWebhook;
import dev.fairlead.admin.WorkspaceOperations;
import dev.fairlead.catalog.Catalog;
import dev.fairlead.config.Secret;
import dev.fairlead.operation.Operation;
import dev.fairlead.provider.Providers;
import java.security.SecureRandom;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Supplier;

/** The operations that look after what stands in the registers. */
final class Management {
  private Management() {}

  /**
   * @param sealed credentials may be kept: every node has the key that opens them
   * @param stripeSecret payments are heard of only where there is one
   */
  static List<Operation> operations(
      Registers registers,
      Supplier<Catalog> catalog,
      Providers providers,
      Caller prober,
      boolean sealed,
      Optional<Secret> stripeSecret,
      InstantSource clock,
      SecureRandom secure) {
    List<Operation> all = new ArrayList<>();
    all.addAll(
        new KeyOperations(
                registers.keys,
                registers.tenants,
                registers.keyRegister,
                registers.ledger,
                clock,
                secure)
            .operations());
    all.addAll(
        new OrganizationOperations(registers.tenants, registers.credits, clock, secure)
            .operations());
    all.addAll(
        new WorkspaceOperations(registers.tenants, registers.budgets, clock, secure).operations());
    all.addAll(
        new BudgetOperations(registers.budgets, registers.tenants, registers.keys, registers.ledger)
            .operations());
    all.addAll(new CreditOperations(registers.credits, registers.tenants, secure).operations());
    all.addAll(
        new CredentialOperations(
                registers.credentials,
                registers.tenants,
                catalog,
                providers,
                prober::status,
                clock,
                secure,
                sealed)
            .operations());
    all.addAll(
        new InvoiceOperations(registers.keys, registers.tenants, registers.ledger).operations());
    all.addAll(StripeWebhook.operations(registers.credits, stripeSecret, clock));
    return all;
  }
}
