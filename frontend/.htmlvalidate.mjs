// What html-validate asks of our pages: the HTML standard and WCAG as its makers
// read them, and nothing inline. What is switched off is taste, not validity.
import { Rule } from 'html-validate';

/** NoInline finds what the content security policy would stop: handlers, scripts and styles in the page itself. */
class NoInline extends Rule {
  setup() {
    this.on('attr', ({ key, target, keyLocation }) => {
      if (key.startsWith('on')) this.report(target, `A handler stands in ${key}`, keyLocation);
    });
    this.on('tag:end', ({ previous: element }) => {
      const data = element.getAttributeValue('type') === 'application/json';
      const inline = element.is('style') || (element.is('script') && !element.hasAttribute('src') && !data);
      if (inline) this.report(element, `<${element.tagName}> stands in the page`);
    });
  }
}

export default {
  root: true,
  extends: ['html-validate:recommended', 'html-validate:document'],
  plugins: [{ name: 'own', rules: { 'own/no-inline': NoInline } }],
  rules: {
    'own/no-inline': 'error',
    'no-inline-style': 'error',
    // Ours is lower case everywhere; both are valid.
    'doctype-style': 'off',
    // What a browser says of its own page: hidden="".
    'attribute-boolean-style': 'off',
    'attribute-empty-style': 'off',
    // A button without a type submits, which is what ours are for; two hundred of them would cost the first load.
    'no-implicit-button-type': 'off',
    // Ticks of one question share a name, and several buttons of a form the name of what they do.
    'form-dup-name': ['error', { shared: ['radio', 'checkbox', 'submit', 'button'] }],
    // The style sheet keeps a number on one line; the text comes from the office's settings.
    'tel-non-breaking': 'off',
    // The summary of faults stands before the page's heading, as in GOV.UK's pattern.
    'heading-level': ['error', { minInitialRank: 'h2' }],
    // The memory record is a form that sends nothing, by design.
    'wcag/h32': 'off',
  },
};
