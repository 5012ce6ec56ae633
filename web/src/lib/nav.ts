// The ways around the desk, in the order in which people need them. What one may not do is not offered.
import type { Component } from 'svelte';
import { m } from './paraglide/messages';
import type { Permission } from './session.svelte';
import House from '@lucide/svelte/icons/house';
import Rocket from '@lucide/svelte/icons/rocket';
import Boxes from '@lucide/svelte/icons/boxes';
import CalendarClock from '@lucide/svelte/icons/calendar-clock';
import ArrowLeftRight from '@lucide/svelte/icons/arrow-left-right';
import CirclePlus from '@lucide/svelte/icons/circle-plus';
import ShieldAlert from '@lucide/svelte/icons/shield-alert';
import CircleAlert from '@lucide/svelte/icons/circle-alert';
import Package from '@lucide/svelte/icons/package';
import Layers from '@lucide/svelte/icons/layers';
import Barcode from '@lucide/svelte/icons/barcode';
import MapPin from '@lucide/svelte/icons/map-pin';
import Handshake from '@lucide/svelte/icons/handshake';
import FileUp from '@lucide/svelte/icons/file-up';
import ChartColumn from '@lucide/svelte/icons/chart-column';
import Users from '@lucide/svelte/icons/users';
import Stamp from '@lucide/svelte/icons/stamp';
import Settings from '@lucide/svelte/icons/settings';

// eslint-disable-next-line @typescript-eslint/no-explicit-any
export type Way = { path: string; title: string; icon: Component<any>; may?: Permission[]; quick?: boolean };

export const nav = (): { title: string; ways: Way[] }[] => [
  {
    title: '',
    ways: [
      { path: '/', title: m.nav_today(), icon: House, quick: true },
      { path: '/start', title: m.nav_start(), icon: Rocket, may: ['manage', 'people'] }
    ]
  },
  {
    title: m.nav_goods(),
    ways: [
      { path: '/stock', title: m.nav_stock(), icon: Boxes, quick: true },
      { path: '/expiry', title: m.nav_expiry(), icon: CalendarClock, quick: true },
      { path: '/movements', title: m.nav_movements(), icon: ArrowLeftRight, quick: true },
      { path: '/record', title: m.nav_record(), icon: CirclePlus, may: ['move', 'adjust'], quick: true },
      { path: '/quality', title: m.nav_quality(), icon: ShieldAlert },
      { path: '/exceptions', title: m.nav_exceptions(), icon: CircleAlert }
    ]
  },
  {
    title: m.nav_catalogue(),
    ways: [
      { path: '/products', title: m.nav_products(), icon: Package },
      { path: '/lots', title: m.nav_lots(), icon: Layers },
      { path: '/units', title: m.nav_units(), icon: Barcode },
      { path: '/places', title: m.nav_places(), icon: MapPin },
      { path: '/partners', title: m.nav_partners(), icon: Handshake },
      { path: '/import', title: m.nav_import(), icon: FileUp, may: ['manage', 'move', 'adjust'] }
    ]
  },
  {
    title: m.nav_business(),
    ways: [
      { path: '/coverage', title: m.nav_coverage(), icon: ChartColumn },
      { path: '/people', title: m.nav_people(), icon: Users, may: ['people', 'audit'] },
      { path: '/evidence', title: m.nav_evidence(), icon: Stamp },
      { path: '/settings', title: m.nav_settings(), icon: Settings, may: ['manage', 'people'] }
    ]
  }
];
