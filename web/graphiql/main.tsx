import 'graphiql/setup-workers/vite';
import { GraphiQL } from 'graphiql';
import { createRoot } from 'react-dom/client';
import { defaultTabs } from './default-tabs.ts';
import { fetchDevelopmentKey, signIn } from './development-key.ts';
import { createFetcher } from './fetcher.ts';
import { FollowKey } from './follow-key.tsx';
import { defaultHeaders } from './headers.ts';
import { showNotice } from './notice.ts';
import { PurchaseButton } from './purchase-button.tsx';
import { createStorage } from './storage.ts';
import 'graphiql/style.css';
import './style.css';
import './phone.css';

/** Without this the variables editor underlines objects and lists where the schema says JSON. */
const anyJson = { JSON: {} };

function openGraphiQL(developmentKey: string | null) {
  const headers = defaultHeaders(developmentKey);
  const fetcher = createFetcher(headers);
  createRoot(document.getElementById('graphiql')!).render(
    <GraphiQL
      fetcher={fetcher.fetch}
      storage={createStorage(headers)}
      defaultTabs={defaultTabs}
      defaultHeaders={headers}
      customScalarSchemas={anyJson}
      shouldPersistHeaders={false}
      defaultEditorToolsVisibility={developmentKey ? 'variables' : 'headers'}
      schemaDescription
      inputValueDeprecation
    >
      <GraphiQL.Logo>Onefold</GraphiQL.Logo>
      <GraphiQL.Toolbar>
        {({ prettify, merge, copy }) => (
          <>
            {prettify}
            {merge}
            {copy}
            <PurchaseButton fetcher={fetcher} />
          </>
        )}
      </GraphiQL.Toolbar>
      <FollowKey initialHeaders={headers} fetcher={fetcher} />
    </GraphiQL>,
  );
}

// A link that is pasted into this tab changes only what stands behind the `#`.
window.addEventListener('hashchange', () => {
  if (location.hash.startsWith('#sign-in=')) location.reload();
});
const isLinkGood = await signIn();
const developmentKey = await fetchDevelopmentKey();
if (!isLinkGood && !developmentKey) {
  showNotice('This sign-in link was used before, or has expired. `npm run -s sign-in` prints a new one.');
}
openGraphiQL(developmentKey);
