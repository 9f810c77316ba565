import { ToolbarButton, useGraphiQL } from '@graphiql/react';
import type { ExecutionResult } from 'graphql';
import type { OnefoldFetcher } from './fetcher.ts';
import { apiKeyIn } from './headers.ts';
import { purchaseOfSomebodyNew } from './purchase.ts';

/**
 * Lets somebody new buy something while a subscription goes on, so that one window is enough to see a live segment.
 * (GraphiQL ends a subscription when anything else is executed.)
 */
export function PurchaseButton({ fetcher }: { fetcher: OnefoldFetcher }) {
  const { headerEditor, responseEditor, subscription } = useGraphiQL((state) => ({
    headerEditor: state.headerEditor,
    responseEditor: state.responseEditor,
    subscription: state.subscription,
  }));

  async function buy() {
    const key = apiKeyIn(headerEditor?.getValue() ?? '');
    const headers = key ? { Authorization: `Bearer ${key}` } : {};
    const result = (await fetcher.fetch(purchaseOfSomebodyNew(), { headers })) as ExecutionResult;
    // What the subscription shows is not written over by what went well.
    if (!subscription || result.errors) responseEditor?.setValue(JSON.stringify(result, null, 2));
  }

  return (
    <ToolbarButton label="Somebody new buys something" onClick={() => void buy()}>
      <svg
        className="graphiql-toolbar-icon"
        viewBox="0 0 20 20"
        fill="none"
        stroke="currentColor"
        strokeWidth="1.5"
      >
        <path d="M1 2h3l2.5 11h9L18 5H4.7" />
        <circle cx="7.5" cy="17" r="1.5" />
        <circle cx="14.5" cy="17" r="1.5" />
      </svg>
    </ToolbarButton>
  );
}
