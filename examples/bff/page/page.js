/** Shows what the BFF says of the visitor. It knows no token, no user id and no gateway. */

const { state, greeting, tier, recommended } = await (await fetch('api/visitor')).json();

const at = (id) => document.getElementById(id);
at('greeting').textContent = greeting;
at('tier').textContent = `Your tier: ${tier}`;
at('tier').hidden = tier === null;
at('recommended').hidden = recommended.length === 0;
at('recommended')
  .querySelector('ul')
  .replaceChildren(
    ...recommended.map((name) => {
      const item = document.createElement('li');
      item.textContent = name;
      return item;
    }),
  );
at('unavailable').hidden = state !== 'unavailable';
document.body.dataset.state = state;
