// OpenRouter's JavaScript library, unchanged but for its server.
import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { OpenRouter } from '@openrouter/sdk';
import * as errors from '@openrouter/sdk/models/errors';

const url = process.env.FAIRLEAD_URL;
const key = process.env.FAIRLEAD_KEY;
assert.ok(url && key, 'set FAIRLEAD_URL and FAIRLEAD_KEY');

const open = (apiKey) =>
  new OpenRouter({ apiKey, serverURL: `${url}/api/v1`, retryConfig: { strategy: 'none' } });
const client = open(key);
const ask = (model, content, more = {}) => ({
  chatRequest: { model, messages: [{ role: 'user', content }], ...more },
});

describe('OpenRouter', () => {
  test('an answer comes whole, with what it cost', async () => {
    const answer = await client.chat.send(ask('sim/echo', 'Hello there'));
    assert.equal(answer.choices[0].message.content, 'Hello there');
    assert.equal(answer.choices[0].finishReason, 'stop');
    assert.match(answer.id, /^gen-/);
    assert.equal(answer.usage.cost, 0);
  });

  test('an answer comes streamed', async () => {
    const stream = await client.chat.send(ask('sim/echo', 'One two three', { stream: true }));
    let text = '';
    let usage;
    for await (const chunk of stream) {
      text += chunk.choices[0]?.delta?.content ?? '';
      usage = chunk.usage ?? usage;
    }
    assert.equal(text, 'One two three');
    assert.ok(usage.completionTokens > 0);
  });

  test('a tool is called', async () => {
    const tools = [
      {
        type: 'function',
        function: {
          name: 'get_weather',
          parameters: { type: 'object', properties: { city: { type: 'string' } }, required: ['city'] },
        },
      },
    ];
    const answer = await client.chat.send(ask('sim/tools', 'The weather in Graz?', { tools }));
    assert.equal(answer.choices[0].finishReason, 'tool_calls');
    assert.equal(answer.choices[0].message.toolCalls[0].function.name, 'get_weather');
  });

  test('thoughts are shown', async () => {
    const answer = await client.chat.send(
      ask('sim/think', 'Think.', { reasoning: { effort: 'low' } }),
    );
    assert.ok(answer.choices[0].message.reasoning);
    assert.ok(answer.choices[0].message.reasoningDetails.length > 0);
  });

  test('errors are typed', async () => {
    await assert.rejects(
      open('not-a-known-key').chat.send(ask('sim/echo', 'Hi')),
      errors.UnauthorizedResponseError,
    );
    await assert.rejects(client.chat.send(ask('nobody/no-model', 'Hi')), errors.BadRequestResponseError);
    await assert.rejects(client.chat.send(ask('compat/busy', 'Hi')), (e) => {
      assert.ok(e instanceof errors.TooManyRequestsResponseError, e.name);
      return true;
    });
  });

  test('models are listed', async () => {
    const ids = [];
    for await (const page of await client.models.list()) {
      ids.push(...page.result.data.map((model) => model.id));
    }
    assert.ok(ids.includes('sim/echo'));
  });

  test('a generation is found by its id', async () => {
    const answer = await client.chat.send(ask('sim/echo', 'Remember me'));
    const { data } = await client.generations.getGeneration({ id: answer.id });
    assert.equal(data.id, answer.id);
    assert.equal(data.model, 'sim/echo');
  });
});
