import type { Role } from '../../ports/index.ts';
import { plain, problematic, stored, type RouteRow } from '../route-rows.ts';

const VIEWER: readonly Role[] = ['proxy_admin_viewer'];

const budgets = (): Promise<typeof import('../money/budgets.ts')> => import('../money/budgets.ts');
const customers = (): Promise<typeof import('../money/customers.ts')> => import('../money/customers.ts');

/** A customer's routes have two names. */
const both = (path: string): readonly string[] => [`/customer/${path}`, `/end_user/${path}`];

/** Budgets, and the customers that have them. */
export const MONEY_ROUTES: readonly RouteRow[] = [
  stored('POST', ['/budget/new'], [], async () => (await budgets()).newBudget),
  stored('POST', ['/budget/update'], [], async () => (await budgets()).updateBudget),
  stored('POST', ['/budget/info'], [], async () => (await budgets()).showBudgets),
  stored('GET', ['/budget/list'], VIEWER, async () => (await budgets()).listBudgets),
  problematic('GET', '/budgets', VIEWER, async () => (await import('../money/list-budgets.ts')).pageBudgets),
  stored('GET', ['/budget/settings'], VIEWER, async () => (await budgets()).showBudgetSettings),
  stored('POST', ['/budget/delete'], [], async () => (await budgets()).deleteBudget),
  plain('GET', ['/provider/budgets'], VIEWER, async () => (await import('../money/provider-budgets.ts')).showProviderBudgets),
  stored('POST', both('new'), [], async () => (await customers()).newCustomer),
  stored('POST', both('update'), [], async () => (await customers()).updateCustomer),
  stored('POST', both('delete'), [], async () => (await customers()).deleteCustomers),
  stored('POST', both('block'), [], async () => (await customers()).blockCustomers),
  stored('POST', both('unblock'), [], async () => (await customers()).unblockCustomers),
  stored('GET', both('info'), VIEWER, async () => (await customers()).showCustomer),
  stored('GET', both('list'), VIEWER, async () => (await customers()).listCustomers),
];
