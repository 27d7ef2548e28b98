/** Views that are loaded when they are first shown: the ring and the guide come before them. */

import { lazy } from 'react';

export const Clients = lazy(async () => ({
  default: (await import('../views/clients/Clients.tsx')).Clients,
}));

export const Console = lazy(async () => ({
  default: (await import('../views/console/Console.tsx')).Console,
}));

export const Events = lazy(async () => ({
  default: (await import('../views/events/Events.tsx')).Events,
}));

export const Faults = lazy(async () => ({
  default: (await import('../views/faults/Faults.tsx')).Faults,
}));

export const Inspector = lazy(async () => ({
  default: (await import('../views/inspector/Inspector.tsx')).Inspector,
}));

export const Kafka = lazy(async () => ({
  default: (await import('../views/kafka/Kafka.tsx')).Kafka,
}));

export const LogBars = lazy(async () => ({
  default: (await import('../views/logs/LogBars.tsx')).LogBars,
}));

export const Palette = lazy(async () => ({
  default: (await import('../views/palette/Palette.tsx')).Palette,
}));

export const Recipes = lazy(async () => ({
  default: (await import('../views/recipes/Recipes.tsx')).Recipes,
}));

export const SpaceTimeDiagram = lazy(async () => ({
  default: (await import('../views/spacetime/SpaceTimeDiagram.tsx')).SpaceTimeDiagram,
}));

export const Timeline = lazy(async () => ({
  default: (await import('../views/timeline/Timeline.tsx')).Timeline,
}));

export const ZnodeTree = lazy(async () => ({
  default: (await import('../views/tree/ZnodeTree.tsx')).ZnodeTree,
}));
