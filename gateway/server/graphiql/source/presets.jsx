// A choice of named header sets, e.g. the tokens of demonstration callers.
import { useGraphiQL } from '@graphiql/react';

export function Presets({ presets }) {
  const editor = useGraphiQL(state => state.headerEditor);
  const names = Object.keys(presets);
  if (!names.length) return null;
  return (
    <label className="presets">
      Headers of{' '}
      <select
        defaultValue=""
        onChange={event => {
          const chosen = presets[event.target.value];
          editor?.setValue(chosen ? JSON.stringify(chosen, null, 2) : '');
        }}
      >
        <option value="">nobody</option>
        {names.map(name => (
          <option key={name}>{name}</option>
        ))}
      </select>
    </label>
  );
}
