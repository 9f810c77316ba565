import { useGraphiQL, useGraphiQLActions } from '@graphiql/react';
import { useEffect, useEffectEvent } from 'react';
import type { OnefoldFetcher } from './fetcher.ts';
import { apiKeyIn } from './headers.ts';

/** Long enough not to try a key that is still being typed. */
const SETTLED_MS = 800;

interface FollowKeyProps {
  initialHeaders: string;
  fetcher: OnefoldFetcher;
}

/**
 * What GraphiQL leaves undone when the key in its headers editor changes: load the schema again, move a
 * running subscription to the new key, and use the key in tabs that still show the placeholder.
 */
export function FollowKey({ initialHeaders, fetcher }: FollowKeyProps) {
  const { introspect, run, stop } = useGraphiQLActions();
  const { headerEditor, responseEditor, subscription, fetchError } = useGraphiQL((state) => ({
    headerEditor: state.headerEditor,
    responseEditor: state.responseEditor,
    subscription: state.subscription,
    fetchError: state.fetchError,
  }));

  const adoptKey = useEffectEvent(async (key: string) => {
    if (subscription && fetcher.subscribedKey() !== key) {
      stop();
      run();
    }
    const schemaError = fetchError;
    await introspect();
    if (schemaError && responseEditor?.getValue() === schemaError) responseEditor.setValue('');
  });

  useEffect(() => {
    if (!headerEditor) return;
    let key = apiKeyIn(initialHeaders);
    let typedHeaders: string | undefined;
    let timer: ReturnType<typeof setTimeout> | undefined;

    const listener = headerEditor.onDidChangeModelContent(() => {
      const text = headerEditor.getValue();
      const typedKey = apiKeyIn(text);
      if (typedKey) typedHeaders = text;
      else if (text === initialHeaders && typedHeaders) {
        const headers = typedHeaders;
        // Not inside the editor's own change event.
        queueMicrotask(() => headerEditor.setValue(headers));
      }
      clearTimeout(timer);
      timer = setTimeout(() => {
        if (!typedKey || typedKey === key) return;
        key = typedKey;
        void adoptKey(typedKey);
      }, SETTLED_MS);
    });
    return () => {
      clearTimeout(timer);
      listener.dispose();
    };
  }, [headerEditor, initialHeaders]);

  return null;
}
