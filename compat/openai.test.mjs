// OpenAI's JavaScript library, unchanged but for its base URL. FAIRLEAD_URL and FAIRLEAD_KEY name a
// running gateway that was started with the configuration beside this file.
import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import OpenAI from 'openai';

const url = process.env.FAIRLEAD_URL;
const key = process.env.FAIRLEAD_KEY;
assert.ok(url && key, 'set FAIRLEAD_URL and FAIRLEAD_KEY');

const pixel =
  'data:image/png;base64,iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mP8z8DwHwAFBQIAX8jx0gAAAABJRU5ErkJggg==';

const weather = {
  type: 'function',
  function: {
    name: 'get_weather',
    description: 'The weather in a city.',
    parameters: {
      type: 'object',
      properties: { city: { type: 'string' } },
      required: ['city'],
      additionalProperties: false,
    },
  },
};

const person = {
  type: 'object',
  properties: {
    name: { type: 'string' },
    age: { type: 'integer' },
    hobbies: { type: 'array', items: { type: 'string' } },
  },
  required: ['name', 'age', 'hobbies'],
  additionalProperties: false,
};

const say = (content) => [{ role: 'user', content }];

for (const base of ['/v1', '/api/v1']) {
  describe(base, () => {
    const client = new OpenAI({ baseURL: url + base, apiKey: key, maxRetries: 0 });

    test('an answer comes whole', async () => {
      const answer = await client.chat.completions.create({
        model: 'sim/echo',
        messages: say('Hello, wörld 🌍'),
      });
      assert.equal(answer.choices[0].message.content, 'Hello, wörld 🌍');
      assert.equal(answer.choices[0].finish_reason, 'stop');
      assert.equal(answer.object, 'chat.completion');
      const { prompt_tokens, completion_tokens, total_tokens } = answer.usage;
      assert.ok(completion_tokens > 0);
      assert.equal(total_tokens, prompt_tokens + completion_tokens);
    });

    test('an answer comes streamed', async () => {
      const stream = await client.chat.completions.create({
        model: 'sim/echo',
        messages: say('One two three four five'),
        stream: true,
        stream_options: { include_usage: true },
      });
      let text = '';
      let finish;
      let usage;
      for await (const chunk of stream) {
        assert.equal(chunk.object, 'chat.completion.chunk');
        text += chunk.choices[0]?.delta?.content ?? '';
        finish = chunk.choices[0]?.finish_reason ?? finish;
        usage = chunk.usage ?? usage;
      }
      assert.equal(text, 'One two three four five');
      assert.equal(finish, 'stop');
      assert.ok(usage.completion_tokens > 0);
    });

    test('a tool is called, and its result is read', async () => {
      const messages = say('What is the weather in Graz?');
      const asked = await client.chat.completions.create({
        model: 'sim/tools',
        messages,
        tools: [weather],
      });
      assert.equal(asked.choices[0].finish_reason, 'tool_calls');
      const [call] = asked.choices[0].message.tool_calls;
      assert.equal(call.function.name, 'get_weather');
      assert.ok(JSON.parse(call.function.arguments).city);
      messages.push(asked.choices[0].message);
      messages.push({ role: 'tool', tool_call_id: call.id, content: '18 degrees' });
      const answer = await client.chat.completions.create({
        model: 'sim/tools',
        messages,
        tools: [weather],
      });
      assert.equal(answer.choices[0].finish_reason, 'stop');
      assert.ok(answer.choices[0].message.content);
    });

    test("the library's own loop runs streamed tools", async () => {
      const cities = [];
      const runner = client.chat.completions.runTools({
        model: 'sim/tools',
        stream: true,
        messages: say('What is the weather in Graz?'),
        tools: [
          {
            type: 'function',
            function: {
              ...weather.function,
              parse: JSON.parse,
              function: ({ city }) => {
                cities.push(city);
                return '18 degrees';
              },
            },
          },
        ],
      });
      assert.ok(await runner.finalContent());
      assert.equal(cities.length, 1);
    });

    test('an answer comes in the shape that is asked for', async () => {
      const answer = await client.chat.completions.parse({
        model: 'sim/json',
        messages: say('Invent a person.'),
        response_format: {
          type: 'json_schema',
          json_schema: { name: 'person', strict: true, schema: person },
        },
      });
      const found = JSON.parse(answer.choices[0].message.content);
      assert.equal(typeof found.name, 'string');
      assert.ok(Number.isInteger(found.age));
      assert.ok(Array.isArray(found.hobbies));
    });

    test('pictures are taken', async () => {
      const answer = await client.chat.completions.create({
        model: 'sim/echo',
        messages: say([
          { type: 'text', text: 'What is this?' },
          { type: 'image_url', image_url: { url: pixel } },
        ]),
      });
      assert.match(answer.choices[0].message.content, /What is this\?/);
    });

    test('errors are typed', async () => {
      const hello = (model) => client.chat.completions.create({ model, messages: say('Hi') });
      const stranger = new OpenAI({ baseURL: url + base, apiKey: 'not-a-known-key', maxRetries: 0 });
      await assert.rejects(stranger.chat.completions.create({ model: 'sim/echo', messages: say('Hi') }), (e) => {
        assert.ok(e instanceof OpenAI.AuthenticationError);
        assert.equal(e.status, 401);
        return true;
      });
      await assert.rejects(hello('nobody/no-model'), (e) => {
        assert.ok(e instanceof OpenAI.BadRequestError);
        assert.match(e.message, /nobody\/no-model/);
        return true;
      });
      await assert.rejects(hello('compat/too-long'), OpenAI.BadRequestError);
      await assert.rejects(client.models.retrieve('no-such-model'), OpenAI.NotFoundError);
      await assert.rejects(hello('compat/busy'), (e) => {
        assert.ok(e instanceof OpenAI.RateLimitError);
        const pause = Number(e.headers.get('retry-after'));
        assert.ok(pause >= 1 && pause <= 7, `retry-after ${pause}`);
        return true;
      });
    });

    test('legacy completions are answered', async () => {
      const params = { model: 'sim/echo', prompt: 'Once upon a time' };
      const whole = await client.completions.create(params);
      assert.equal(whole.object, 'text_completion');
      assert.match(whole.choices[0].text, /Once upon a time/);
      let text = '';
      for await (const chunk of await client.completions.create({ ...params, stream: true })) {
        text += chunk.choices[0]?.text ?? '';
      }
      assert.equal(text, whole.choices[0].text);
    });

    test('models are listed', async () => {
      const ids = [];
      for await (const model of client.models.list()) {
        ids.push(model.id);
      }
      assert.ok(ids.includes('sim/echo'));
      assert.ok(ids.includes('compat/busy'));
    });
  });
}
