// Drives GraphiQL in headless Chromium: nothing but the gateway's own address can be reached.
import { chromium } from 'playwright-core';

const [url, executablePath, screenshot] = process.argv.slice(2);
const { origin } = new URL(url);
const browser = await chromium.launch({
  executablePath,
  args: ['--no-sandbox', '--host-resolver-rules=MAP * ~NOTFOUND, EXCLUDE 127.0.0.1'],
});
const context = await browser.newContext({ viewport: { width: 1400, height: 900 } });
const foreign = [];
const problems = [];
await context.route('**/*', route => {
  const target = route.request().url();
  if (target.startsWith(origin) || target.startsWith('data:') || target.startsWith('blob:')) {
    return route.continue();
  }
  foreign.push(target);
  return route.abort();
});
const page = await context.newPage();
page.on('pageerror', error => problems.push(String(error)));
page.on('console', message => {
  if (message.type() === 'error') problems.push(message.text());
});

try {
  await page.goto(url, { waitUntil: 'load' });
  await page.locator('.graphiql-editor .monaco-editor').first().waitFor({ timeout: 30_000 });

  const presets = await page.locator('.presets option').allTextContents();
  if (presets.length > 1) await page.locator('.presets select').selectOption(presets[1]);
  const headers = await page.locator('.graphiql-editor-tool').textContent();

  const editor = page.locator('.graphiql-editor .monaco-editor').first();
  await editor.click();
  await page.keyboard.press('ControlOrMeta+A');
  await page.keyboard.insertText('{ me { name reviews { body } } }');
  await page.keyboard.press('ControlOrMeta+Shift+End'); // brackets that the editor added itself
  await page.keyboard.press('Delete');
  await page.keyboard.press('ControlOrMeta+Enter');
  const response = page.locator('.graphiql-response');
  await response.getByText('Ada').first().waitFor({ timeout: 15_000 });
  const answer = await response.textContent();

  await page.getByRole('button', { name: /documentation explorer/i }).first().click();
  const documentation = page.locator('.graphiql-doc-explorer');
  await documentation.getByText('Query', { exact: true }).first().click();
  await documentation.getByText('users', { exact: true }).first().waitFor({ timeout: 10_000 });
  const documented = await documentation.textContent();

  await page.getByRole('button', { name: /query plan/i }).first().click();
  await page.getByRole('button', { name: 'Plan without running' }).click();
  const plan = page.getByTestId('plan');
  await plan.getByText('Fetch(service: reviews').first().waitFor({ timeout: 10_000 });
  const planText = await plan.textContent();
  if (screenshot) await page.screenshot({ path: screenshot });
  console.log(
    JSON.stringify({ presets, headers, answer, documented, plan: planText, foreign, problems }),
  );
} catch (error) {
  if (screenshot) await page.screenshot({ path: screenshot });
  console.error(JSON.stringify({ foreign, problems }));
  throw error;
} finally {
  await browser.close();
}
